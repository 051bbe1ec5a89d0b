-- A graph as schema version 1 was, with a few words in it: two translations and a hub of seventy.
CREATE TABLE meta ( "key" TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY ("key"));
CREATE TABLE language ( id INTEGER NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, script TEXT NOT NULL, PRIMARY KEY (id), UNIQUE (code));
CREATE TABLE source ( id INTEGER NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, licence TEXT NOT NULL, licence_class TEXT NOT NULL, url TEXT NOT NULL, kind TEXT NOT NULL, quality DOUBLE NOT NULL, has_evidence BOOLEAN NOT NULL, PRIMARY KEY (id), UNIQUE (name, version, licence, kind, url, quality), CONSTRAINT quality_is_probability CHECK (quality BETWEEN 0 AND 1), CONSTRAINT known_class CHECK (licence_class IN ('open', 'sharealike', 'noncommercial', 'unknown')));
CREATE TABLE relation ( id INTEGER NOT NULL, code TEXT NOT NULL, symmetric BOOLEAN NOT NULL, inverse INTEGER NOT NULL, PRIMARY KEY (id), UNIQUE (code), FOREIGN KEY(inverse) REFERENCES relation (id));
CREATE TABLE run ( id INTEGER NOT NULL, method TEXT NOT NULL, settings TEXT NOT NULL, seed TEXT NOT NULL, version TEXT NOT NULL, started TEXT NOT NULL, PRIMARY KEY (id), UNIQUE (method, settings, seed, version, started));
CREATE TABLE vector_file ( id INTEGER NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (id), UNIQUE (sha256));
CREATE TABLE entry ( id INTEGER NOT NULL, language INTEGER NOT NULL, lemma TEXT NOT NULL, norm TEXT, pos TEXT DEFAULT '' NOT NULL, freq_rank INTEGER, PRIMARY KEY (id), CONSTRAINT number_in_block_of_language CHECK (id / 8388608 = language), FOREIGN KEY(language) REFERENCES language (id));
CREATE INDEX entry_norm ON entry (language, norm) WHERE norm IS NOT NULL;
CREATE UNIQUE INDEX entry_lemma ON entry (language, lemma, pos);
CREATE TABLE evidence ( src INTEGER NOT NULL, relation INTEGER NOT NULL, dst INTEGER NOT NULL, source INTEGER NOT NULL, run INTEGER, facts TEXT, PRIMARY KEY (src, relation, dst, source), FOREIGN KEY(run) REFERENCES run (id)) WITHOUT ROWID;
CREATE TABLE concept ( id INTEGER NOT NULL, "key" TEXT NOT NULL, source INTEGER NOT NULL, cohesion DOUBLE, PRIMARY KEY (id), UNIQUE (source, "key"), FOREIGN KEY(source) REFERENCES source (id));
CREATE TABLE edge ( src INTEGER NOT NULL, relation INTEGER NOT NULL, dst INTEGER NOT NULL, source INTEGER NOT NULL, weight DOUBLE NOT NULL, PRIMARY KEY (src, relation, dst, source), CONSTRAINT weight_is_probability CHECK (weight BETWEEN 0 AND 1), FOREIGN KEY(src) REFERENCES entry (id), FOREIGN KEY(relation) REFERENCES relation (id), FOREIGN KEY(dst) REFERENCES entry (id), FOREIGN KEY(source) REFERENCES source (id)) WITHOUT ROWID;
CREATE TABLE concept_member ( concept INTEGER NOT NULL, entry INTEGER NOT NULL, weight DOUBLE NOT NULL, PRIMARY KEY (concept, entry), CONSTRAINT weight_is_probability CHECK (weight BETWEEN 0 AND 1), FOREIGN KEY(concept) REFERENCES concept (id), FOREIGN KEY(entry) REFERENCES entry (id)) WITHOUT ROWID;
CREATE INDEX concept_member_entry ON concept_member (entry);
CREATE TABLE vector_ref ( entry INTEGER NOT NULL, file INTEGER NOT NULL, "row" INTEGER NOT NULL, PRIMARY KEY (entry, file), FOREIGN KEY(entry) REFERENCES entry (id), FOREIGN KEY(file) REFERENCES vector_file (id)) WITHOUT ROWID;
CREATE VIEW entry_text AS SELECT id, coalesce(norm, lemma) AS text FROM entry;
CREATE VIRTUAL TABLE entry_search USING fts5(text, content='entry_text', content_rowid='id', tokenize='trigram', detail=none, columnsize=0);
INSERT INTO relation VALUES (1, 'translation', 1, 1), (2, 'synonym', 1, 2), (3, 'antonym', 1, 3), (4, 'hypernym', 0, 5), (5, 'hyponym', 0, 4), (6, 'cognate', 1, 6), (7, 'derived_from', 0, 8), (8, 'has_derived', 0, 7), (9, 'form_of', 0, 10), (10, 'has_form', 0, 9), (11, 'same_concept', 1, 11);
INSERT INTO meta VALUES ('made_by', 'isogloss');
INSERT INTO language VALUES (1, 'en', 'en', 'Latn'), (2, 'fr', 'fr', 'Latn');
INSERT INTO source VALUES (1, 'tiny', '', 'MIT', 'open', '', 'user', 1.0, 0);
INSERT INTO entry (id, language, lemma, norm) VALUES
    (8388608, 1, 'dog', NULL), (8388609, 1, 'hub', NULL), (16777216, 2, 'chien', NULL), (16777217, 2, 'été', 'ete');
INSERT INTO edge VALUES (8388608, 1, 16777216, 1, 0.9), (16777216, 1, 8388608, 1, 0.9);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 69)
    INSERT INTO entry (id, language, lemma) SELECT 16777300 + i, 2, 'mot' || i FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 69)
    INSERT INTO edge SELECT 8388609, 1, 16777300 + i, 1, (i + 1) / 100.0 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 69)
    INSERT INTO edge SELECT 16777300 + i, 1, 8388609, 1, (i + 1) / 100.0 FROM n;
INSERT INTO entry_search (entry_search) VALUES ('rebuild');
PRAGMA application_id = 1230196551;
PRAGMA user_version = 1;
