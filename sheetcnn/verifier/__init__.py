"""Checks a workbook against NumPy: probes, comparison, report. Knows neither convolution nor styles."""
