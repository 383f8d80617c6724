SELECT features, clusters FROM Model_Generations JOIN Stream_State USING (generation)
