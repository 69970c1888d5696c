"""Makes the starter pack's own weights again. Needs the Flickr8k folder; nothing else imports this."""
