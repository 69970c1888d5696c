"""What people see. Knows Qt; never imports torch or any other model library."""
