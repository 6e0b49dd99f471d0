"""Does the change, looks at everything that happened, undoes it, and rolls all of it back."""
