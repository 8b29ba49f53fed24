"""
The only package that knows SpiffWorkflow: task specs, the engine loop and the state codec.

``bpmn.interpreter`` is its facade; nobody else imports it.
"""
