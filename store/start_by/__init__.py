"""The last day to start each change, as forecasts found it: keeping it, whether it holds, and change freezes."""
