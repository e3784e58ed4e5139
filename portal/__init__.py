"""The portal: one folder per capability, each importing only what stands below it (docs/house.md)."""
