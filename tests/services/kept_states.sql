CREATE SCHEMA kept;

CREATE TABLE kept.sequence (state text, name text, value bigint);

-- Keep what stands in the tables now as the state of this name.
CREATE FUNCTION kept.keep(state text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; filled bool; BEGIN
  EXECUTE format('CREATE SCHEMA %I', 'kept_' || state);
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
      AND tablename NOT IN ('region', 'alembic_version') LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
    IF filled THEN
      EXECUTE format('CREATE TABLE %I.%I AS TABLE public.%I', 'kept_' || state, name, name);
    END IF;
  END LOOP;
  INSERT INTO kept.sequence
    SELECT state, sequencename, last_value FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$;

-- Put the rows of a state in place of what the same tables hold.
CREATE FUNCTION kept.lay(laid text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; value bigint; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept_' || laid LOOP
    EXECUTE format('DELETE FROM public.%I', name);
    EXECUTE format('INSERT INTO public.%I SELECT * FROM %I.%I', name, 'kept_' || laid, name);
  END LOOP;
  FOR name, value IN SELECT s.name, s.value FROM kept.sequence s WHERE s.state = laid LOOP
    PERFORM setval(format('public.%I', name)::regclass, value, true);
  END LOOP;
END $$;

-- Empty every table and lay back what stood there before the first test.
CREATE FUNCTION kept.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
      AND tablename NOT IN ('region', 'alembic_version') LOOP
    EXECUTE format('DELETE FROM public.%I', name);
  END LOOP;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    PERFORM setval(format('public.%I', name)::regclass, 1, false);
  END LOOP;
  PERFORM kept.lay('nothing_yet');
END $$;
