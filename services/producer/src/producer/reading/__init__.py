"""What people's files hold, whatever form they come in."""
