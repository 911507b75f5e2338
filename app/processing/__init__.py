"""What is done with personal data, from the configuration as it is: as a record for the files, and
as a statement for visitors. Both are templates: the shop completes and checks them."""
