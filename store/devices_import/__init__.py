"""A real fleet: importing devices from the exports of device management products."""
