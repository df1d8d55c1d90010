SELECT fence, holder, taken
FROM core.fence
