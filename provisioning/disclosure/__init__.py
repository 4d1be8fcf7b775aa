"""Publication rules and table readers; pure but for file reading."""
