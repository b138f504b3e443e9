"""Operations and services compared."""
