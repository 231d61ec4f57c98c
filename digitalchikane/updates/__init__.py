"""Updates of the code that bring new content to a site where editors have been at work.

What was shipped is kept beside what is there (models.ShippedRecord), so that three texts can be held together: what was
shipped before, what editors made of it, and what is shipped now. What nobody touched follows the update; what an
editor wrote stays, and the update's part comes as a draft or is listed at the desk.
"""
