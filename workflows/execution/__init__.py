"""Process instances: begun, advanced, recorded, looked back on. What an ``Advance`` changed becomes rows here."""
