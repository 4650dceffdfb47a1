import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/client";
import { useToast } from "../../components/ui/Toast";
import { meQuery } from "../queries";

type Changes = { name?: string; email?: string; password?: string };

/** Saves changes to the signed-in member and says `done`. */
export function useSaveMe(done: string) {
  const client = useQueryClient();
  const say = useToast();
  return useMutation({
    mutationFn: (body: Changes) => call("PUT /v1/me", { body }),
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      say(done);
    },
  });
}
