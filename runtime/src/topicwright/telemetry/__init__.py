"""Counters, timings and the observer hook."""
