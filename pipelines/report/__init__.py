"""What people read about pages and datasets."""
