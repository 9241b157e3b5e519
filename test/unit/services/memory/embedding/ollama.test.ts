import { wireEmbedderContract } from '../../../../contract/wire-embedder.ts';
import { ollamaEmbeddings } from '../../../../support/wire/embeddings.ts';

wireEmbedderContract(ollamaEmbeddings);
