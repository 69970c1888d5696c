"""People, pets and things the owner named: recognising them and writing of them (MyVLM)."""
