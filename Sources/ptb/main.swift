print("ptb")
