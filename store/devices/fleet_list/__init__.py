"""The fleet as a list that is filtered, sorted and read by page: devices in memory, kept up to date by the feed."""
