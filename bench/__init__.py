"""What can be measured, and against what. Prints ratios from one run and says what bounds them."""
