console.log('station placeholder');
