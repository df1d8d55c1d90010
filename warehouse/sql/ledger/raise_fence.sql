-- A warehouse that was refilled goes on above every attempt that there was: none of them may write.
UPDATE core.fence
SET fence = greatest(fence, $least)
