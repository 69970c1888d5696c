"""Makes the starter pack's own weights again, from the Flickr8k folder; nothing else imports it."""
