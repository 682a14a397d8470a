"""Figures for operators, as Prometheus reads them.

Of what the installation holds, gauges that are read from PostgreSQL when somebody asks: right with
any number of processes, and after Redis was emptied (``gauges``, ``reading``). Of what this process
does, counters that live in it (``http``, ``process``). ``exposition`` shows both.
"""
