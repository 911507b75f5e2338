"""What the product knows: rules, rows and the way out. Not a web application: that is web/."""
