"""The window around the pages: sidebar, strip with the work in progress, banner, toasts."""
