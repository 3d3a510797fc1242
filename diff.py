import json,collections
def load(f):
    d=json.load(open(f)); nodes={n['id']:n for n in d['nodes']}; c=collections.Counter()
    for s,t in zip(d['samples'],d['timeDeltas']):
        n=nodes[s]['callFrame']; c[(n['functionName'],n['url'].split('/')[-1])]+=t
    return c
a,b=load('off.cpuprofile'),load('observe.cpuprofile')
import sys
na,nb=float(sys.argv[1]),float(sys.argv[2])
for k in ('(idle)','(program)','(garbage collector)'):
    print(k,[round(v/n,2) for v,n in ((sum(x for kk,x in a.items() if kk[0]==k),na),(sum(x for kk,x in b.items() if kk[0]==k),nb))])
tot=lambda c,n:sum(v for k,v in c.items() if k[0]!='(idle)')/n
print('busy per request',tot(a,na),tot(b,nb))
d=[((b[k]/nb-a[k]/na),a[k]/na,b[k]/nb,k) for k in set(a)|set(b)]
for x in sorted(d,reverse=True)[:28]: print('%.3f  %.3f -> %.3f  %s'%x[:3]+'' if False else ('%.3f  %.3f -> %.3f '%x[:3]),x[3])
print('...'); 
for x in sorted(d)[:8]: print('%.3f  %.3f -> %.3f '%x[:3],x[3])
