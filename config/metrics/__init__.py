"""What a monitoring system reads: requests counted, and the house asked when it is scraped."""
