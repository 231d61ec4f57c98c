"""A draft seen by somebody without an account, such as a lawyer, and what they answer.

An editor makes a link to one draft: it ends on a day, can be closed at any time, and its address cannot be guessed.
Whoever holds it reads the draft as readers will, and leaves a remark or approves it. No login, no cookie.
"""
