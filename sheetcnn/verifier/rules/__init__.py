"""What is looked for in a workbook, one file each."""
