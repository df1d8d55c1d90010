DROP VIEW core.mention
