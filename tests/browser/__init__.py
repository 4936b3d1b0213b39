"""Walks through the product in a real browser.

A package, so that fixtures of the scope "package" end where these tests end: Playwright keeps an event loop running
as long as it is open, and tests of other folders run in the same process.
"""
