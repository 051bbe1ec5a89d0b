"""What pipelines cost: measured on this machine, and computed from measured units for many."""
