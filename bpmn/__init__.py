"""The standard: vocabulary, interpreter, FEEL, DMN, deadlines and the library of process packs. Imports nothing else of ours."""
