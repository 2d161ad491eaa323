import { useEffect } from 'react';

/** The page's title says where one is. */
export function useTitle(where: string): void {
  useEffect(() => {
    document.title = `${where} · stagegraph`;
  }, [where]);
}
