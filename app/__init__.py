"""The product's rules, rows and way out. Not a web application: that is web/."""
