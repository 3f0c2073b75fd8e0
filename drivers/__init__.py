"""Card hardware: APDUs, readers and the JPKI application. Knows nothing of people, insurance, web or storage."""
