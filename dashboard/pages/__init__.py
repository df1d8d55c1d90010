"""The pages, one module each; addresses have one level, so links between them are relative."""
