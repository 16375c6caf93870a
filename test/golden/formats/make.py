"""Makes the files beside it: npz and pictures written by NumPy and Pillow, whose values tests know by formula.
Run as `python3 make.py` in this folder. Written with NumPy 1.24 and Pillow 9.4."""
import numpy as np
from PIL import Image
base=np.arange(24).reshape(2,3,4)
arrays={}
for t in ['f8','f4','f2','i8','u8','i4','u4','i2','u2','i1','u1']:
    for o,on in (('<','le'),('>','be')):
        arrays[f'{t}_{on}']=(base*5-(40 if t[0]!='u' else 0)).astype(o+t)
    arrays[f'{t}_fortran']=np.asfortranarray((base*5-(40 if t[0]!='u' else 0)).astype(t))
arrays['b1']=(base%3==0)
arrays['half']=np.array([0,1,-2,65504,2.0**-24,2.0**-14,np.inf,-np.inf,np.nan,1/3],dtype='<f2')
arrays['scalar']=np.array(7.5)
arrays['empty']=np.zeros((0,3),dtype='f4')
arrays['big']=np.array([2**63-1,-2**63],dtype='i8')
np.savez_compressed('numpy.npz',**arrays)
np.savez('stored.npz',a=base.astype('f4'))
y,x=np.mgrid[0:12,0:16]
rgb=np.stack([x*16,y*20,(x+y)*8],-1).astype(np.uint8)
for n,kw in (('baseline',dict(quality=95,subsampling=0)),('progressive',dict(quality=95,progressive=True))):
    Image.fromarray(rgb).save(f'{n}.jpg',**kw)
Image.fromarray((x*16).astype(np.uint8)).save('grey.jpg',quality=95)
Image.fromarray(rgb).save('rgb.png')
p=Image.fromarray(rgb).quantize(8); p.save('palette.png')
