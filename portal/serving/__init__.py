"""What stands between sockets and the portal: a worker for gunicorn (docs/decisions/038).

It knows gunicorn and WSGI and nothing of the portal. `worker.py` is the process, `lead.py` says which thread
is at work, `connections.py` reads and sends, `heads.py` reads what is asked, `answers.py` writes the answer,
`shares.py` sees to it that workers hold equally many connections, `memory.py` is a file for all of them.
"""
