"""Tasks drawn from the graph, learners, memory, adaptation, evaluation."""
