"""The HTTP face: ``api.app:create_app`` makes the application, ``coder serve`` runs it on loopback."""
