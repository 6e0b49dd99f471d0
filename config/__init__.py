"""The house put together: settings, addresses, workers, embedded servers."""
