"""What an analyst asks of the view in MariaDB: how many groups, and what they look like."""
