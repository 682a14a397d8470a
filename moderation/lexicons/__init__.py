"""The platform's own word lists: what may not be asked for, and what a person must look at.

They are moderate on purpose. A term *blocks* where an avatar can have no use for it; it *flags*
where it may be innocent. A word with a common innocent sense is left out, or listed only in the
phrases that have the other sense. A list's ``VERSION`` changes with its content, and findings
carry it.
"""
