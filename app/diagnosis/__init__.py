"""What works and what does not, each with what to do: for `leavemsg doctor` and the page 系统."""
